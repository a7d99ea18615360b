import { Body, Controller, Get, Headers, Ip, Post } from '@nestjs/common';
import { type Actor, CanEveryActor, CurrentActor, Public } from '#common/access';
import { Answers, Fails, LimitedByAddress, Does, Topic } from '#common/http';
import { EmailTaken, InvalidRefreshToken, WrongCredentials } from './auth.errors.js';
import { AuthService } from './auth.service.js';
import { IdentityResponse, SignedInResponse, TokensResponse } from './dto/auth.responses.js';
import { LoginDto } from './dto/login.dto.js';
import { RefreshDto } from './dto/refresh.dto.js';
import { RegisterDto } from './dto/register.dto.js';

@Controller('v1/auth')
@Topic('Accounts and sessions: signing up, in and out.')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('register')
  @Does('Makes an account with a workspace of its own, and signs in.')
  @Public()
  @LimitedByAddress()
  @Answers(201, SignedInResponse)
  @Fails(EmailTaken)
  async register(
    @Body() body: RegisterDto,
    @Ip() ip: string,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<SignedInResponse> {
    return SignedInResponse.from(await this.auth.register(body, { ip, userAgent }));
  }

  @Post('login')
  @Does('Signs in with e-mail address and password.')
  @Public()
  @LimitedByAddress()
  @Answers(200, SignedInResponse)
  @Fails(WrongCredentials)
  async login(
    @Body() body: LoginDto,
    @Ip() ip: string,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<SignedInResponse> {
    return SignedInResponse.from(await this.auth.login(body, { ip, userAgent }));
  }

  @Post('refresh')
  @Does('Exchanges a refresh token for a new pair of tokens.')
  @Public()
  @LimitedByAddress()
  @Answers(200, TokensResponse)
  @Fails(InvalidRefreshToken)
  async refresh(@Body() body: RefreshDto): Promise<TokensResponse> {
    return TokensResponse.from(await this.auth.refresh(body.refreshToken));
  }

  @Post('logout')
  @Does('Ends the session: its access and refresh tokens stop working at once.')
  @CanEveryActor()
  @Answers(204)
  async logout(@CurrentActor() actor: Actor): Promise<void> {
    await this.auth.logout(actor);
  }

  @Get('me')
  @Does('Tells who the caller is.')
  @CanEveryActor()
  @Answers(200, IdentityResponse)
  async me(@CurrentActor() actor: Actor): Promise<IdentityResponse> {
    return IdentityResponse.from(await this.auth.describe(actor));
  }
}
