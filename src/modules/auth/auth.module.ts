import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { SecurityConfig } from '#config';
import { ActorsService } from './actors.service.js';
import { AccountsRepository } from './accounts.repository.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuditLogController } from './audit/audit-log.controller.js';
import { AuditLog } from './audit/audit-log.js';
import { AuditLogRepository } from './audit/audit-log.repository.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { ApiKey } from './entities/api-key.entity.js';
import { Membership } from './entities/membership.entity.js';
import { Session } from './entities/session.entity.js';
import { User } from './entities/user.entity.js';
import { Workspace } from './entities/workspace.entity.js';
import { LiveActors } from './live-actors.js';
import { LiveStreamInterceptor } from './live-stream.interceptor.js';
import { JwtStrategy, TOKEN_OPTIONS } from './jwt.strategy.js';
import { Members } from './members.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { TokenGuard } from './token.guard.js';

@Module({
  imports: [
    MikroOrmModule.forFeature([User, Workspace, Membership, Session, ApiKey]),
    PassportModule,
    JwtModule.registerAsync({
      inject: [SecurityConfig],
      useFactory: (config: SecurityConfig) => ({
        secret: config.jwtSecret,
        signOptions: { ...TOKEN_OPTIONS, expiresIn: config.accessTokenTtlSeconds },
      }),
    }),
  ],
  controllers: [AuthController, ApiKeysController, AuditLogController],
  providers: [
    AccountsRepository,
    ActorsService,
    ApiKeysRepository,
    ApiKeysService,
    AuditLog,
    AuditLogRepository,
    AuthService,
    JwtStrategy,
    LiveActors,
    LiveStreamInterceptor,
    Members,
    SessionsRepository,
    SessionsService,
    TokenGuard,
  ],
  exports: [ActorsService, TokenGuard, ApiKeysService, AuditLog, LiveStreamInterceptor, Members],
})
export class AuthModule {}
